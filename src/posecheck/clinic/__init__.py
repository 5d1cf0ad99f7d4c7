"""What a therapist reads of a person: facts, what is worth watching, how the set-up changed, and trends. No screen."""
