"""What is done in classes, in the survey, on the path to OCOP and for farming models."""
