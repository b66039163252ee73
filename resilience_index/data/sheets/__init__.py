"""Workbooks for communities: the data-entry ``template`` and the ``return_sheet``, which marks up ``originals``.

``leaves`` are the columns of both, ``guide`` explains them to whoever fills in the template. ``parts`` are what every
workbook is made of, the expert survey and the report too; ``words`` are fixed texts in both languages.
"""
