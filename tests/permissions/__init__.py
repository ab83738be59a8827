"""Who may open and send what: one table per room, one row for every address and method.

Columns: method, address (with names of `world.World` in braces), then what each role is answered: a status, `login`
(led to sign in) or `factor` (led to show a second factor). Roles:

    anonymous   nobody signed in            operator   the installation's operator in a running staff session
    person      signed in, in no body       key_read   nobody signed in, a body's key with the scope `read`
    reader, officer, head   of 가평군        key_write  the same with `read` and `write`
    other       officer of 남양주시          link       nobody signed in, who has opened a follow link

A new address without a row fails `tests/test_permissions.py`, which prints the row to look at and to add.
"""
