"""What people read: words, figures, tables, the page, the workbook and the terminal's table.

Nothing is imported here, so that the terminal's table does not load plotly.
"""
