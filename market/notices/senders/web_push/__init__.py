"""Word that a browser shows, carried by the push service of its maker (RFC 8030, 8291, 8292)."""
