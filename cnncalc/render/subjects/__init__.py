"""What there is to show: each subject yields a document for people, and facts for programs."""
