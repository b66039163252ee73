"""resilience-index: how resilient urban communities are, in scores that anybody can recompute."""
