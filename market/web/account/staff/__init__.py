"""What people who act for others do with their own accounts: take up a post, set up and give a second factor."""
