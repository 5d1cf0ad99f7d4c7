"""Learning joint angles from landmarks on rendered people, for views in which a movement goes towards the lens."""
