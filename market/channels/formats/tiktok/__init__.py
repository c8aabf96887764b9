"""TikTok Shop: how its bulk upload templates are read and filled."""
