"""How long a product's stack takes to start: measured on throw-away stands, told beside the way before."""
