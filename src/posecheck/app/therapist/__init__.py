"""The therapist's pages: who practised, what was measured, and the plan that goes back home."""
