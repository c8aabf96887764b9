"""The rules of classes, the survey of products, their path to OCOP, farming models and farm households."""
