"""Texts of a page that cannot be read: they cover one another, or are cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_FIND = """() => {
  const clippingFrame = (element) => {
    for (let around = element; around.tagName !== "MAIN"; around = around.parentElement) {
      const style = getComputedStyle(around);
      if (style.overflowX !== "visible" && style.display !== "inline") {
        const {right, bottom, width} = around.getBoundingClientRect();
        const hasEllipsis = style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
        return {right, bottom, isHidden: width <= 1, hasEllipsis};
      }
    }
    const right = document.documentElement.clientWidth;
    return {right, bottom: Infinity, isHidden: false, hasEllipsis: false};
  };
  const HIDDEN = ".unseen, select, svg, .chart-canvas, details:not([open]) > :not(summary)";
  const found = new Set();
  const lines = [];
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (node.data.trim() === "" || parent.closest(HIDDEN) !== null || !parent.checkVisibility()) {
      continue;
    }
    const range = document.createRange();
    range.selectNodeContents(node);
    const text = node.data.trim();
    const frame = clippingFrame(parent);
    for (const {top, bottom, left, right} of range.getClientRects()) {
      if (right - left <= 1 || top >= frame.bottom || frame.isHidden) {
        continue;
      }
      if (right > frame.right + 1 && !frame.hasEllipsis) {
        found.add(`cut off: ${text}`);
      }
      lines.push({node, text, box: {top, bottom, left, right: Math.min(right, frame.right)}});
    }
  }
  lines.sort((a, b) => a.box.top - b.box.top);
  lines.forEach((one, place) => {
    for (let next = place + 1; next < lines.length; next += 1) {
      const other = lines[next];
      if (other.box.top > one.box.bottom - 4) {
        break;
      }
      if (one.node !== other.node
          && Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left) > 2
          && Math.min(one.box.bottom, other.box.bottom) - other.box.top > 4) {
        found.add(`covers another: ${one.text} | ${other.text}`);
      }
    }
  });
  return [...found];
}"""


def find_illegible_texts(page: Page) -> list[str]:
    """Return the texts that cover one another, or are cut off without an ellipsis."""
    texts: list[str] = page.evaluate(_FIND)
    return texts
