"""Figures of a week, published with noise: nobody can tell from them whether an account took part."""
