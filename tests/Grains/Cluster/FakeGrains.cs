using System.Reflection;

namespace Curfew.Grains.Tests;

// Grains that answer what a test says: a user's facts as they are read, and no cutoffs. For calls that a real cluster can't
// be made to lose, and for races that need millions of them.
internal class FakeGrains : DispatchProxy
{
    private Func<UserKey, Task<IReadOnlyList<Fact>>> _read = null!;

    public static IGrainFactory Of(Func<UserKey, Task<IReadOnlyList<Fact>>> read)
    {
        var factory = Create<IGrainFactory, FakeGrains>();
        ((FakeGrains)(object)factory)._read = read;
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var type = targetMethod!.GetGenericArguments().Single();
        if (type == typeof(IUserRevocationsGrain))
            return Grain.Of<IUserRevocationsGrain>(() => _read(UserKey.Parse((string)args![0]!)));
        return type == typeof(IIssuerCutoffGrain)
            ? Grain.Of<IIssuerCutoffGrain>(() => Task.FromResult<long?>(null))
            : Grain.Of<IClientCutoffGrain>(() => Task.FromResult<long?>(null));
    }

    private class Grain : DispatchProxy
    {
        private Func<Task> _answer = null!;

        public static T Of<T>(Func<Task> answer)
            where T : class
        {
            var grain = Create<T, Grain>();
            ((Grain)(object)grain)._answer = answer;
            return grain;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer();
    }
}
