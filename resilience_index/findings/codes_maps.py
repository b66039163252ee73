"""RI55x: maps in reports."""

from __future__ import annotations

from resilience_index.findings.entry import entry

ENTRIES = (
    entry(
        "RI550",
        "error",
        "not a GeoJSON feature collection with coordinates in degrees (first fault at feature {feature})",
        "export the areas as GeoJSON in WGS 84 (EPSG:4326): longitude, latitude",
        "不是以度为单位的 GeoJSON 要素集（首个有误的要素：{feature}）",
        "请以 WGS 84（EPSG:4326，经度、纬度）导出 GeoJSON",
    ),
    entry(
        "RI551",
        "warning",
        "{count} features match no community: {names}",
        "their ids must be written as in the data, leading zeros included",
        "{count} 个要素没有对应的社区：{names}",
        "其编码须与数据中的社区编码一致，包括开头的 0",
    ),
    entry(
        "RI552",
        "warning",
        "{count} communities have no area on the map: {names}",
        "add their polygons to the file; the rest of the report has them",
        "{count} 个社区在地图上没有图形：{names}",
        "请在文件中补充其多边形；报告的其余部分仍包含这些社区",
    ),
    entry(
        "RI553",
        "warning",
        "no feature matches a community, so that the report has no map",
        "give each feature the community's id as its id or as one of the properties {keys}",
        "没有要素对应任何社区，报告中不含地图",
        "请以社区编码作为要素的 id 或下列属性之一：{keys}",
    ),
)
