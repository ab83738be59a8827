"""Reports by e-mail: a letter is read, kept, and made a report or a word."""
