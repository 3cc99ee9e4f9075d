using System.Reflection;

namespace Curfew.Grains.Tests;

// Grains that answer what a test says: a user's facts as they are read, and no cutoffs. For calls that a real cluster can't
// be made to lose, and for races that need millions of them.
internal class FakeGrains : DispatchProxy
{
    private Func<UserKey, Task<IReadOnlyList<Fact>>> _read = null!;

    private Func<Task<Verdict>> _check = null!;

    public static IGrainFactory Of(Func<UserKey, Task<IReadOnlyList<Fact>>> read, Func<Task<Verdict>>? check = null)
    {
        var factory = Create<IGrainFactory, FakeGrains>();
        ((FakeGrains)(object)factory)._read = read;
        ((FakeGrains)(object)factory)._check = check ?? (() => Task.FromResult(Verdict.None));
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var type = targetMethod!.GetGenericArguments().Single();
        if (type == typeof(IUserRevocationsGrain))
            return Grain.Of<IUserRevocationsGrain>(() => _read(UserKey.Parse((string)args![0]!)), _check);
        return type == typeof(IIssuerCutoffGrain)
            ? Grain.Of<IIssuerCutoffGrain>(() => Task.FromResult<long?>(null))
            : Grain.Of<IClientCutoffGrain>(() => Task.FromResult<long?>(null));
    }

    private class Grain : DispatchProxy
    {
        private Func<Task> _answer = null!;
        private Func<Task<Verdict>>? _check;

        public static T Of<T>(Func<Task> answer, Func<Task<Verdict>>? check = null)
            where T : class
        {
            var grain = Create<T, Grain>();
            ((Grain)(object)grain)._answer = answer;
            ((Grain)(object)grain)._check = check;
            return grain;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IUserRevocationsGrain.CheckAsync) ? new ValueTask<Verdict>(_check!()) : _answer();
    }
}
