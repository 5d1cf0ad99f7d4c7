"""Tempo, range and symmetry of exercise repetitions, from an ordinary camera. Coaching and research, never diagnosis."""
