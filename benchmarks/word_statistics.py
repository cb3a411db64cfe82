"""Make ``aggregator/link/words.bin`` anew: how rare words are in official statements, and which go together.

    python -m benchmarks.word_statistics CORPUS/items OUT.bin

Reads title and first 1,500 characters of every statement of CORPUS/items (*.jsonl, and *.csv with a Content column).
Words are the linker's terms.  Kept are those that six statements or more hold: how many hold each, and its place in
64 dimensions, found by a truncated singular value decomposition of the weighted words of all statements (latent
semantic analysis: Deerwester and others, 1990).  Nothing of a statement can be read back from it.
Needs numpy, which the program itself does not use.  The same corpus gives the same file.
"""

from __future__ import annotations

import csv
import json
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from math import log
from pathlib import Path
from typing import Any

from aggregator.link.terms import terms

np: Any = import_module("numpy")

READ = 1_500
LEAST = 6
DIMENSIONS = 64
ROUNDS = 8


def statements(folder: Path) -> Iterator[str]:
    """Yield title and opening of every statement, each address once."""
    seen: set[str] = set()
    csv.field_size_limit(10**9)
    for path in sorted(folder.iterdir()):
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines) if path.suffix == ".csv" else map(json.loads, lines)
            for row in rows:
                url = str(row.get("url") or row.get("link") or row.get("Link"))
                title = row.get("title") or row.get("headline") or row.get("Headline")
                text = row.get("text") or row.get("body") or row.get("Content") or ""
                if title and text and url not in seen:
                    seen.add(url)
                    yield title + ". " + " ".join(text.split())[:READ]


def matrix(documents: list[Counter[str]], index: dict[str, int], holding: Counter[str]) -> list[tuple[Any, Any]]:
    """Return each document as places and weights, of length one."""
    rows = []
    for counts in documents:
        kept = [
            (index[term], (1 + log(n)) * log(len(documents) / holding[term]))
            for term, n in counts.items()
            if term in index
        ]
        places = np.array([place for place, _ in kept], dtype=int)
        weights = np.array([weight for _, weight in kept])
        rows.append((places, weights / max(float(np.linalg.norm(weights)), 1e-9)))
    return rows


def decompose(rows: list[tuple[Any, Any]], terms_kept: int) -> Any:  # noqa: ANN401 -- an array of numpy, which is no dependency
    """Return the leading right singular vectors, by subspace iteration from a fixed start."""
    basis = np.linalg.qr(np.random.default_rng(0).standard_normal((terms_kept, DIMENSIONS + 16)))[0]
    for _ in range(ROUNDS):
        image = np.zeros_like(basis)
        for places, weights in rows:
            image[places] += np.outer(weights, weights @ basis[places])
        basis, _ = np.linalg.qr(image)
    small = np.zeros((basis.shape[1], basis.shape[1]))
    for places, weights in rows:
        seen = weights @ basis[places]
        small += np.outer(seen, seen)
    _, turns = np.linalg.eigh(small)
    return (basis @ turns)[:, ::-1][:, :DIMENSIONS]


def main() -> None:
    """Write the file."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    documents = [Counter(filter(None, terms(text))) for text in statements(folder)]
    holding = Counter(term for counts in documents for term in counts)
    kept = sorted(term for term, n in holding.items() if n >= LEAST)
    vectors = decompose(matrix(documents, {term: n for n, term in enumerate(kept)}, holding), len(kept))
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-9)
    whole = np.rint(vectors / scales[:, None] * 127).astype(np.int8)
    head = {
        "documents": len(documents),
        "dimensions": DIMENSIONS,
        "terms": kept,
        "holding": [holding[term] for term in kept],
        "scales": [float(f"{scale / 127:.4g}") for scale in scales],
    }
    out.write_bytes(zlib.compress(json.dumps(head).encode() + b"\n" + whole.tobytes(), 9))
    print(f"{len(documents):,} statements, {len(kept):,} terms, {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
