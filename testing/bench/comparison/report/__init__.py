"""What the reader gets: a table for each section, a verdict for each figure that was promised, Markdown, JSON."""
