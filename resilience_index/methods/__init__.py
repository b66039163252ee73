"""The numerical room: pure functions on float64 arrays, and the registry that names them."""
