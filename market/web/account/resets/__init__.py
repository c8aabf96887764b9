"""How somebody who has no password any more gets in again."""
