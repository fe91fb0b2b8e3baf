"""How good the answers are: judged sets of searches, and the engines' figures on them."""
