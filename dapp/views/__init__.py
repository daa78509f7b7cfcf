"""The screens: one a module, each drawn by `render()`."""
