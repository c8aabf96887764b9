"""Questions about tickets, ideas and stories; who may see which of them is decided here."""
