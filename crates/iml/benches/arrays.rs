//! Functions over arrays of 10, 1,000 and 100,000 items: the time for each item should stay the same (`sort`: grow
//! with the logarithm). Criterion reports items per second; compare the sizes.

use std::hint::black_box;

use connspec_iml::{Collection, FixedHost, Scope, Template, Value};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const SIZES: [usize; 3] = [10, 1_000, 100_000];

/// A template that tells a length, so that no time goes into copying a result out, and that length for arrays of
/// `size` items.
struct Case {
    name: &'static str,
    template: &'static str,
    length: fn(size: usize) -> usize,
}

const CASES: [Case; 7] = [
    Case { name: "map", template: "{{length(map(people, 'address.city'))}}", length: |size| size },
    Case {
        name: "map with a filter",
        template: "{{length(map(people, 'name', 'even', 'true'))}}",
        length: |size| size / 2,
    },
    Case { name: "sort", template: "{{length(sort(people, 'asc', 'name'))}}", length: |size| size },
    Case { name: "distinct of texts", template: "{{length(distinct(names))}}", length: |size| size },
    Case { name: "distinct of collections", template: "{{length(distinct(people))}}", length: |size| size },
    Case { name: "merge", template: "{{length(merge(names, names))}}", length: |size| 2 * size },
    Case { name: "join", template: "{{length(join(names, ' '))}}", length: |size| 10 * size - 1 },
];

/// Names that are all different and in no order.
fn name(at: usize) -> String {
    format!("n{:08x}", (at as u32).wrapping_mul(0x9e37_79b9))
}

fn person(at: usize) -> Value {
    let address: Collection = [("city", Value::from(name(at)))].into_iter().collect();
    let members: [(&str, Value); 3] =
        [("name", name(at).into()), ("even", Value::Bool(at.is_multiple_of(2))), ("address", address.into())];
    let members: Collection = members.into_iter().collect();
    members.into()
}

fn arrays(criterion: &mut Criterion) {
    let host = FixedHost::new(0, "UTC", 1);
    for case in CASES {
        let mut group = criterion.benchmark_group(case.name);
        for size in SIZES {
            let people = Value::Array((0..size).map(person).collect());
            let names = Value::Array((0..size).map(|at| name(at).into()).collect());
            let scope = Scope::new().with("people", &people).with("names", &names);
            let template = Template::parse(case.template);
            let result = template.eval(&scope, &host).expect("the template evaluates");
            assert_eq!(result, Value::Number((case.length)(size) as f64));
            group.throughput(Throughput::Elements(size as u64)).sample_size(10);
            group.bench_with_input(BenchmarkId::from_parameter(size), &scope, |bencher, scope| {
                bencher.iter(|| template.eval(black_box(scope), &host));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, arrays);
criterion_main!(benches);
