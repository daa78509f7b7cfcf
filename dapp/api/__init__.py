"""What the process serves beside the pages: JSON API, metrics, and the headers on every answer."""
