"""How the documentation is built."""

from __future__ import annotations

from importlib.metadata import version as installed_version

project = "chainrule"
author = "the chainrule authors"
version = release = installed_version("chainrule")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "chainrule"
autodoc_typehints = "description"
autodoc_member_order = "bysource"
nitpicky = False
suppress_warnings = ["myst.xref_missing"]
