"""RI2xx: tables of community data.

RI20x the file and its rows, RI21x and RI22x headers, RI23x ids and periods, RI24x cells.
"""

from __future__ import annotations

from resilience_index.findings.entry import entry

ENTRIES = (
    entry(
        "RI201", "error",
        "{file} has a header but no rows",
        "add one row for each community below the header and save the file again",
        "{file} 只有表头，没有数据行",
        "请在表头下为每个社区填写一行后重新保存",
    ),
    entry(
        "RI202", "info",
        "the columns are separated by {delimiter}",
        "nothing to do if this is right; a comma is what most programs expect",
        "各列以{delimiter}分隔",
        "如属实则无需处理；多数软件默认使用逗号",
    ),
    entry(
        "RI203", "warning",
        "the file is not UTF-8; its {rows} rows were read as GB18030 (GBK)",
        "check the names of the communities; if they are right, write --encoding gb18030, or save the file as UTF-8",
        "文件不是 UTF-8 编码，已按 GB18030（GBK）读取 {rows} 行",
        "请核对社区名称；若无误，请写明 --encoding gb18030，或将文件另存为 UTF-8",
    ),
    entry(
        "RI204", "warning",
        "the encoding was declared as {declared}, but the file starts with the mark of {found};"
        " it was read as {found}",
        "leave --encoding out, or declare {found}",
        "声明的编码是 {declared}，但文件开头带有 {found} 标记，已按 {found} 读取",
        "请去掉 --encoding，或改为 {found}",
    ),
    entry(
        "RI205", "warning",
        "the file was read as {used}, but its bytes are also valid {other}",
        "check the names; if they are garbled, write --encoding {other}",
        "文件已按 {used} 读取，但其字节同样符合 {other}",
        "请核对社区名称；若出现乱码，请写 --encoding {other}",
    ),
    entry(
        "RI206", "error",
        "quotation marks are not closed or stand inside a cell; lines left unread from here: {lines}",
        'put the whole cell in quotation marks and double each mark inside it: "he said ""yes"""',
        "引号未闭合或位于单元格中间，自此行起有 {lines} 行未能读取",
        '请给整个单元格加引号，并把其中的每个引号写成两个，例如 "他说""好"""',
    ),
    entry(
        "RI207", "error",
        "the row has {found} cells, the header has {expected}{cause}",
        "put cells that contain the separator in quotation marks, write numbers without thousands commas,"
        " and fill or remove what is left over",
        "该行有 {found} 个单元格，表头有 {expected} 个{cause}",
        "含分隔符的单元格请加引号，数字不要写千分位逗号，并补齐或删除多余的单元格",
    ),
    entry(
        "RI208", "info",
        "blank rows left out: {count} (first: row {first})",
        "nothing to do; delete them if they were not meant",
        "已略去 {count} 个空行（首个为第 {first} 行）",
        "无需处理；如非有意，请删除这些空行",
    ),
    entry(
        "RI209", "error",
        "further rows with the fault {fault}: {count}; the first {shown} are listed",
        "mend the rows listed, they usually share one cause, and run again",
        "另有 {count} 行存在问题 {fault}；仅列出前 {shown} 行",
        "请先修正所列各行（通常原因相同），然后重新运行",
    ),
    entry(
        "RI211", "error",
        "there is no column of community codes{suggestion}",
        "name the column community_id (or 社区编码), or name it with 'columns: id:' in the assessment",
        "没有社区编码列{suggestion}",
        "请将该列命名为“社区编码”（或 community_id），或在评估文件中用 columns: id: 指明",
    ),
    entry(
        "RI212", "error",
        "there is no column '{name}', which the assessment declares as {role}{suggestion}",
        "correct the name in the assessment or in the table's header",
        "没有评估文件声明为{role}的列“{name}”{suggestion}",
        "请更正评估文件或表头中的列名",
    ),
    entry(
        "RI213", "error",
        "two columns hold {what}: '{first}' (column {first_letter}) and '{second}' (column {second_letter})",
        "keep one of them and rename or remove the other",
        "两列同为{what}：“{first}”（{first_letter} 列）与“{second}”（{second_letter} 列）",
        "请保留其中一列，并将另一列改名或删除",
    ),
    entry(
        "RI214", "error",
        "the header says '{found}', but '{indicator}' is measured in {unit}",
        "convert the column's values to {unit} and write that unit, or none, in the header",
        "表头写的是“{found}”，而指标“{indicator}”的单位是{unit}",
        "请把该列数值换算为{unit}，并在表头写明该单位或不写单位",
    ),
    entry(
        "RI215", "warning",
        "column {letter} has data but no header (first: row {first}); it is not used",
        "write a header for the column or remove it",
        "{letter} 列有数据但没有表头（首个为第 {first} 行），未被使用",
        "请为该列填写表头，或将其删除",
    ),
    entry(
        "RI216", "warning",
        "there is no column for the indicator '{indicator}' ({title});"
        " it counts as missing for every community{suggestion}",
        "add a column with the header {indicator} or {title}",
        "没有指标“{indicator}”（{title}）的列，所有社区均按缺失处理{suggestion}",
        "请添加表头为 {title} 或 {indicator} 的列",
    ),
    entry(
        "RI217", "error",
        "no column belongs to an indicator of the framework",
        "make a table with 'resilience template', or check that this is the right file and framework",
        "没有任何一列属于该框架的指标",
        "请用 resilience template 生成数据表，或检查文件与框架是否对应",
    ),
    entry(
        "RI218", "warning",
        "column {letter}, '{name}', is not known and is not used{suggestion}",
        "correct the header, or declare the column under 'columns: groups:' if it is a group",
        "{letter} 列“{name}”无法识别，未被使用{suggestion}",
        "请更正表头；若为分组列，请在 columns: groups: 中声明",
    ),
    entry(
        "RI219", "warning",
        "the header '{name}' stands twice, in columns {first_letter} and {second_letter}; neither is used",
        "rename or remove one of them",
        "表头“{name}”重复出现于 {first_letter} 列和 {second_letter} 列，均未使用",
        "请将其中一列改名或删除",
    ),
    entry(
        "RI220", "info",
        "there is no column of community names; the codes stand in for them",
        "add a column named community (or 社区名称) to see names in the results",
        "没有社区名称列，结果中以社区编码代替",
        "如需显示名称，请添加“社区名称”（或 community）列",
    ),
    entry(
        "RI221", "error",
        "the header '{name}' fits several indicators: {indicators}",
        "write the indicator's id as header instead",
        "表头“{name}”同时符合多个指标：{indicators}",
        "请改用指标编号（id）作为表头",
    ),
    entry(
        "RI222", "info",
        "columns of indicators that this framework does not use: {count}",
        "nothing to do; other frameworks can score them from the same table",
        "有 {count} 列属于本框架未使用的指标",
        "无需处理；其他框架可用同一张表评分",
    ),
    entry(
        "RI231", "error",
        "the community code is blank",
        "write the code of the community, or remove the row if it is a total or a note",
        "社区编码为空",
        "请填写社区编码；若该行是合计或说明，请删除",
    ),
    entry(
        "RI232", "error",
        "the community code '{id}' stands in rows {first} and {second}{period}",
        "remove one of the rows, or give each community a code of its own",
        "社区编码“{id}”在第 {first} 行与第 {second} 行重复{period}",
        "请删除其中一行，或为每个社区使用各自的编码",
    ),
    entry(
        "RI233", "error",
        "the community code '{id}' is a number that a spreadsheet has shortened; digits are lost",
        "format the column as text in the spreadsheet and write the codes again from the register",
        "社区编码“{id}”已被电子表格改写为科学计数法，末尾数字已丢失",
        "请在电子表格中将该列设为文本格式，并按台账重新填写编码",
    ),
    entry(
        "RI234", "error",
        "codes have lost their leading zeros: '{short}' (row {short_row}) is shorter than"
        " '{long}' (row {long_row}); codes affected: {count}",
        "format the column as text in the spreadsheet and write the zeros again",
        "编码的前导零已丢失：“{short}”（第 {short_row} 行）短于“{long}”（第 {long_row} 行），"
        "共涉及 {count} 个编码",
        "请在电子表格中将该列设为文本格式，并补回前导零",
    ),
    entry(
        "RI235", "info",
        "spaces around entries of column '{name}' were removed: {count} (first: row {first})",
        "nothing to do; remove the spaces in the source to be rid of this note",
        "已去除“{name}”列 {count} 个单元格首尾的空格（首个为第 {first} 行）",
        "无需处理；在原表中删除空格即可消除此提示",
    ),
    entry(
        "RI236", "error",
        "the period is blank",
        "write the period (for example 2024) in every row, or remove the column",
        "期别为空",
        "请在每一行填写期别（例如 2024），或删除该列",
    ),
    entry(
        "RI241", "error",
        "'{text}' is not a number",
        "write a plain number such as 1234.5, leave the cell blank if there is no value,"
        " or write 不适用 if the indicator does not apply",
        "“{text}”不是数值",
        "请填写普通数字，例如 1234.5；没有数值请留空，指标不适用请写“不适用”",
    ),
    entry(
        "RI242", "error",
        "{value} lies outside the range {low} to {high}{unit}",
        "check the value and its unit against the source record",
        "{value} 超出允许范围 {low} 至 {high}{unit}",
        "请对照原始记录核对数值与单位",
    ),
    entry(
        "RI243", "error",
        "further cells of the column with the fault {fault}: {count}; the first {shown} are listed",
        "mend the column as a whole: the cells usually share one cause",
        "该列另有 {count} 个单元格存在问题 {fault}；仅列出前 {shown} 个",
        "请整列检查修正，这些单元格通常原因相同",
    ),
    entry(
        "RI244", "warning",
        "all {count} values lie between 0 and 1, but the indicator is in % from 0 to 100",
        "multiply the column by 100 if these are shares (0.85 for 85 %)",
        "全部 {count} 个数值都在 0 与 1 之间，而该指标以 % 计（0 至 100）",
        "若填写的是比例（0.85 表示 85 %），请将该列乘以 100",
    ),
)  # fmt: skip
