// Each class starts processes of its own, and a busy machine makes faults of its own: one class at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
