"""The `./dure` command: makes what the product needs, then runs it. Standard library only.

__main__     subcommands and their options
say          lines for the person at the terminal
ground       folders of the project, stamps, the lock against a second command
packages     .venv from the hash-locked requirements, node_modules from package-lock.json, build/static
system       what only the operating system can give (Chromium, fonts, PostgreSQL)
serve        prepare the data folder, start and watch web, live and worker
supervisor   child processes: started, restarted, stopped together
testing      pytest on SQLite, then on a private PostgreSQL
postgres     that private server
checks       everything `./dure check` looks at
benches      bench/NAME.py beside its peers
"""
