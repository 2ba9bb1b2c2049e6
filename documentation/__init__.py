"""The pages of the site that are computed: nothing here is shipped."""
