"""The commands of `hitorijanai`, one module a subject; `web.cli` puts them together."""
