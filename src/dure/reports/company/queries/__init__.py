"""What the company desk reads; always narrowed to the viewer."""
