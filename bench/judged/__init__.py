"""A market to judge the search by: goods with what a person would say of them, queries with their grades."""
