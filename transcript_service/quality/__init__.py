"""The quality gate "đúng, đủ, sạch, sống": what is wrong, how severe it is, who is to repair it."""
