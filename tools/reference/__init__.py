"""Where the pages of docs/reference come from, one file per source."""
