"""check: a `Cleaned` and its analysis in, a `Checked` out (is this a translation, and are its sentences sound).

The heart is `stage`; the rules stand in `structure` and `typography`; data of a language in `lang/<code>.py`.
"""
