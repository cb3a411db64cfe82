/* Puts an article's living reference list where this script stands:
 *
 *   <script async src="https://feeds.example.org/embed.js" data-article="summit"></script>
 *
 * A link to the list stands there first, and stays where the list cannot be had.  Nothing of the fragment is trusted: it
 * is built anew from the elements and attributes below, so that neither a script nor a style can come with it.
 * It needs no eval, no inline style and no innerHTML: a page with a Content Security Policy allows this script's address
 * in script-src and connect-src, nothing more.
 */
(function () {
  "use strict";

  var script = document.currentScript;
  var article = script && script.getAttribute("data-article");
  if (!article || !/^[a-z0-9-]{1,64}$/.test(article)) {
    return;
  }
  var folder = new URL("articles/" + article + "/", script.src);

  var ELEMENTS = ["a", "li", "p", "section", "span", "time", "ul"];
  var ATTRIBUTES = ["aria-label", "class", "datetime", "dir", "lang"];

  function rebuilt(node) {
    if (node.nodeType === Node.TEXT_NODE) {
      return document.createTextNode(node.data);
    }
    var name = node.nodeType === Node.ELEMENT_NODE ? node.localName : "";
    if (ELEMENTS.indexOf(name) < 0) {
      return null;
    }
    var copy = document.createElement(name);
    ATTRIBUTES.forEach(function (attribute) {
      if (node.hasAttribute(attribute)) {
        copy.setAttribute(attribute, node.getAttribute(attribute));
      }
    });
    if (name === "a" && /^https?:\/\//i.test(node.getAttribute("href") || "")) {
      copy.setAttribute("href", node.getAttribute("href"));
    }
    node.childNodes.forEach(function (child) {
      var part = rebuilt(child);
      if (part) {
        copy.appendChild(part);
      }
    });
    return copy;
  }

  var place = document.createElement("div");
  place.className = "aggregator-embed";
  var link = document.createElement("a");
  link.href = new URL("index.html", folder).href;
  link.textContent = "The latest official statements on this article";
  place.appendChild(link);
  script.parentNode.insertBefore(place, script);

  // Asked for as a document: it is parsed without running anything, also where Trusted Types forbid parsing strings.
  var request = new XMLHttpRequest();
  request.open("GET", new URL("embed.html", folder).href);
  request.responseType = "document";
  request.timeout = 20000;
  request.onload = function () {
    var list = request.status === 200 && request.response && request.response.querySelector("section.aggregator-list");
    var copy = list && rebuilt(list);
    if (copy) {
      place.replaceChildren(copy);
    }
  };
  request.send();
})();
