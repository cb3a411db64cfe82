"""What every table of a configuration file has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


def misfit(*, key: str, message: str) -> PydanticCustomError:
    """Keys of one table that do not go together; ``key`` is the one to look at."""
    return PydanticCustomError("misfit", "{message}", {"key": key, "message": message})


class Table(BaseModel):
    """A table of a configuration file: frozen, no key it does not know, no value of another type than declared.

    What a key means stands below it; ``schema`` reads it there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
