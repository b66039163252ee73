import pytest
def test_target_log(score):
    s = score("""
tree: {children: [{id: a, direction: target, normalize: {method: goalposts, goalposts: [1, 10, 100, 1000], transform: log}}]}
""", """
id,a
u1,3.1622776601683795
u2,10
u3,500
""")
    print(s.scores)
def test_floor_manifest(score, tmp_path):
    s = score("""
tree: {aggregate: {method: geometric, zero: {floor: 0.01}}, children: [{id: a, goalposts: [0, 10]}]}
""", """
id,a
u1,3
u2,10
""")
    from resilience_index.audit import manifest, canonical
    canonical.dump(manifest.build(s.result, {}, {}, {}))
def test_option_log(refused):
    f = refused("""
tree: {children: [{id: a, goalposts: [0, 10]}]}
""", """
id,a
u1,3
u2,10
""", normalize="goalposts:transform=log")
    print(f.message(), f.location)
def test_option_gp(score):
    f = score("""
tree: {children: [{id: a, direction: cost, goalposts: [10, 0]}]}
""", """
id,a
u1,3
u2,10
""", normalize="goalposts:goalposts=[0,10]")
    print(f.scores)
def test_zero_policy_explain(score):
    s = score("""
tree: {missing: zero, children: [{id: a, goalposts: [0, 10]},{id: b, goalposts: [0, 10]}]}
""", """
id,a,b
u1,8,
""")
    d = s.result.detail(0, 1)
    print(s.scores, d.contributions)
def test_root_show(score):
    s = score("""
tree: {show: {normalize: percentile_rank}, children: [{id: a, goalposts: [0, 10]},{id: b, goalposts: [0, 10]}]}
""", """
id,a,b
u1,8,3
u2,7,2
u3,1,2
""")
    d = s.result.detail(0, 3)
    print(s.scores, d.contributions.leaves)
def test_noise(score):
    s = score("""
tree:
  children:
    - id: n
      normalize: minmax
      children: [{id: a, normalize: none},{id: b, normalize: none}, {id: c, normalize: none}]
""", """
id,a,b,c
u1,0.1,0.2,0.3
u2,0.3,0.2,0.1
u3,0.2,0.2,0.2
""")
    print(s.scores)
def test_siblings_raw(score):
    s = score("""
tree:
  children: [{id: a, goalposts: [0, 10]},{id: b, goalposts: [0,10]}]
""", """
id,a,b
u1,1,15
u2,3,20
u3,2,30
""", weights="entropy:scope=siblings,input=raw")
    print(s.local("a","b"))
    s = score("""
tree:
  children: [{id: a, goalposts: [0, 10]},{id: b, goalposts: [0,10]}]
""", """
id,a,b
u1,1,15
u2,3,20
u3,2,30
""", weights="entropy:scope=leaves,input=raw")
    print(s.local("a","b"))
def test_other_framework(score, framework_file):
    s = score("""
tree:
  children: [{id: a, goalposts: [0, 10]},{id: b, goalposts: [0,10]}]
""", """
id,a,b
u1,1,15
u2,3,20
u3,2,30
""")
    import resilience_index as ri
    other = ri.load_framework(framework_file("""
tree:
  children: [{id: b, goalposts: [0, 10]},{id: a, goalposts: [0,10]}]
"""))
    print(ri.score(s.result.table, other).plan.leaves[0].id)
def test_root_constant_siblings(score):
    s = score("""
tree:
  children: [{id: a, goalposts: [0, 10]},{id: b, goalposts: [0,10]}]
""", """
id,a,b
u1,1,5
u2,1,5
u3,1,5
""", weights="entropy:scope=siblings")
    print(s.local("a","b"), s.codes)
def test_within(score, refused):
    print(refused("""
tree:
  children: [{id: a, normalize: {method: percentile_rank, within: zone}}]
""", """
id,zone,a
u1,x,5
u2,x,4
u3,y,3
u4,y,1
""").message())
def test_flag_group(score):
    s = score("""
flags: [{id: f, node: index, op: '>=', value: 10}]
tree:
  children: [{id: a, goalposts: [0, 10]}]
""", """
id,district,a
u1,x,5
""")
    print(s.result.scores.to_dict())
