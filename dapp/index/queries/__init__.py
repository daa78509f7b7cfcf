"""The read side's SQL, by subject. Functions take a connection; `Index` gives each call one of its own."""
