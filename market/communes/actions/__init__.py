"""What happens to communes as wholes: one is opened from a file, the city's officers come and go, figures are kept."""
