"""RI424–RI434: dividing, filling and treating columns before they are normalised."""

from __future__ import annotations

from resilience_index.findings.entry import entry

ENTRIES = (
    entry(
        "RI424",
        "error",
        "'{leaf}' is divided by '{by}', which is {value} for {unit}",
        "correct the value; what is divided by must be above 0",
        "“{leaf}”要除以“{by}”，而 {unit} 的“{by}”为 {value}",
        "请更正该值；除数必须大于 0",
    ),
    entry(
        "RI425",
        "warning",
        "'{leaf}' counts as missing for {count} units: '{by}', which it is divided by, has no value; first: {units}",
        "report '{by}' for these units",
        "“{leaf}”有 {count} 个单元按缺失处理，因为除数“{by}”没有值；前几个：{units}",
        "请补报这些单元的“{by}”",
    ),
    entry(
        "RI426",
        "info",
        "{count} missing values of '{leaf}' were filled by {method}; first: {units}",
        "filled values are marked and do not count as reported; 'fill: none' leaves them missing",
        "“{leaf}”有 {count} 个缺失值按 {method} 填补；前几个：{units}",
        "填补值均有标记，不计入覆盖率；写 fill: none 则保持缺失",
    ),
    entry(
        "RI427",
        "warning",
        "{count} missing values of '{leaf}' stay missing: {method} found nothing to fill them from; first: {units}",
        "report the values, or choose another fill method for this leaf",
        "“{leaf}”有 {count} 个值仍缺失，因为 {method} 找不到填补依据；前几个：{units}",
        "请补报这些值，或为该指标另选填补方法",
    ),
    entry(
        "RI428",
        "info",
        "{count} values of '{leaf}' were changed by {method}; first: {units}",
        "treated values are marked; 'treat: none' keeps values as they are",
        "“{leaf}”有 {count} 个值经 {method} 处理而改变；前几个：{units}",
        "处理过的值均有标记；写 treat: none 则保留原值",
    ),
    entry(
        "RI429",
        "warning",
        "'{leaf}' does not pass the test of {method}{within}: skewness {skewness}, kurtosis {kurtosis}; {what}",
        "look at its largest and smallest values, allow more points, or normalise by goalposts or ranks",
        "“{leaf}”未通过 {method} 的检验{within}：偏度 {skewness}，峰度 {kurtosis}；{what}",
        "请核对其最大、最小值，放宽处理的点数，或改用目标值或排名标准化",
    ),
    entry(
        "RI430",
        "warning",
        "'{leaf}' was not treated by {method}{within}: {reason}",
        "score more communities together, or say 'treat: none' for this leaf",
        "“{leaf}”未按 {method} 处理{within}：{reason}",
        "请合并更多社区一起评估，或为该指标写 treat: none",
    ),
    entry(
        "RI431",
        "error",
        "'{leaf}' is to be filled by {method} among {count} rows; nearest neighbours are looked for in {limit} at most",
        "score fewer rows at once, or use group_mean or group_median",
        "“{leaf}”要按 {method} 在 {count} 行中填补；近邻填补最多处理 {limit} 行",
        "请减少一次计算的行数，或改用 group_mean、group_median",
    ),
    entry(
        "RI432",
        "error",
        "'{leaf}' is to be filled by {method}, but the data have {what}",
        "score several periods together (without --period), or choose another fill method",
        "“{leaf}”要按 {method} 填补，但数据{what}",
        "请将多期数据一起计算（不加 --period），或另选填补方法",
    ),
    entry(
        "RI433",
        "error",
        "'{id}' is divided by '{by}' and normalised by goalposts, but has no goalposts for the quotient",
        "give them with the leaf: normalize: {{method: goalposts, goalposts: [worst, best]}}; those of the indicator "
        "are in its own unit",
        "“{id}”要除以“{by}”并按目标值标准化，但没有针对商的目标值",
        "请在该末级指标写 normalize: {{method: goalposts, goalposts: [最差, 最好]}}；指标自身的目标值按原单位",
    ),
    entry(
        "RI434",
        "error",
        "'{id}' may be logged as a treatment, but is normalised by {method}, which stands in raw units",
        "use transform: log in its normalize, another treatment, or a method relative to the run such as minmax",
        "“{id}”可能取对数作为处理，但其标准化方法 {method} 以原单位为准",
        "请改在 normalize 中写 transform: log、另选处理方法，或用 minmax 等按本次数据标准化的方法",
    ),
)
