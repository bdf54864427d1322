"""Reading of postings written in Markdown with YAML front matter: source, fields, facts, measure."""
