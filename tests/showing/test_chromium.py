"""What a browser makes of a page: it never scrolls sideways, and its formulas take room."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path

import pytest

from chainrule.showing.html import fragment, to_html
from chainrule.showing.parts import Document
from showing.goldens import example_documents, need
from showing.sample import SAMPLE

MEASURED = """<!DOCTYPE html><html><head><title></title></head><body style="margin:0">
<iframe style="border:0;width:{width}px;height:{height}px" srcdoc="{page}"></iframe>
<script>
document.querySelector("iframe").addEventListener("load", event => {{
  const page = event.target.contentDocument;
  const sizes = [...page.querySelectorAll("math")].map(m => m.getBoundingClientRect());
  document.title = JSON.stringify({{
    scroll: page.documentElement.scrollWidth,
    formulas: sizes.length,
    empty: sizes.filter(s => s.width < 2 || s.height < 4).length,
    matrix: getComputedStyle(page.querySelector(".matrix mtd") || page.body).textAlign
  }});
}});
</script></body></html>
"""
"""A browser's own window has a least width; a frame has exactly the width it is given."""


def chromium(*arguments: str) -> str:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    need(browser, "chromium")
    command = [str(browser), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=120, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout


def document_named(name: str) -> Document:
    return SAMPLE if name == "sample" else example_documents()[name]


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("name", ["sample", "xor", "seed"])
@pytest.mark.parametrize("form", ["page", "fragment"])
def test_a_page_fits_its_width(name: str, width: int, form: str, tmp_path: Path) -> None:
    document = document_named(name)
    shown = to_html(document) if form == "page" else f"<!DOCTYPE html><body>{fragment(document)}"
    (tmp_path / "frame.html").write_text(MEASURED.format(width=width, height=900, page=escape(shown)), encoding="utf-8")
    dumped = chromium("--virtual-time-budget=5000", "--dump-dom", (tmp_path / "frame.html").as_uri())
    title = re.search(r"<title>(.*?)</title>", dumped)
    assert title is not None
    measured = json.loads(unescape(title[1]))
    assert measured["scroll"] <= width
    assert measured["formulas"] == shown.count("<math")
    assert measured["empty"] == 0


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("name", ["sample", "xor"])
def test_a_page_can_be_drawn(name: str, width: int, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(to_html(document_named(name)), encoding="utf-8")
    picture = tmp_path / "page.png"
    chromium(f"--screenshot={picture}", f"--window-size={width},2000", (tmp_path / "page.html").as_uri())
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 10_000
