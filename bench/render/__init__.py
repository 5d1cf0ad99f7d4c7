"""Rendered people whose every joint angle is known exactly: a spec in TOML goes in, a clip and its truth come out."""
