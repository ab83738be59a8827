"""HTML of the status link, the crew's page and the dispatcher's desk."""
