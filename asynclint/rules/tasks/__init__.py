"""Rules about tasks that are lost, or gain nothing."""
