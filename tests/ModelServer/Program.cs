// A scripted model for trying adapters by hand. It does what the lines of a prompt say: see Obedient.cs.
//
//   model-server [--port N] [--keep FOLDER]     prints its address, and a line per request; --keep writes the requests' bodies
using System.Runtime.InteropServices;
using ModelServer;

string? Option(string name) => args.SkipWhile(arg => arg != name).ElementAtOrDefault(1);

var (obedient, folder, count) = (new Obedient(), Option("--keep"), 0);
await using var server = await ScriptedModel.StartAsync(Reply, int.Parse(Option("--port") ?? "0"));
Console.WriteLine(server.Url);

var stop = new TaskCompletionSource();
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
await stop.Task;
return 0;

void End(PosixSignalContext context)
{
    context.Cancel = true;
    stop.TrySetResult();
}

ModelReply Reply(ModelRequest request)
{
    var reply = obedient.Reply(request);
    var number = Interlocked.Increment(ref count);
    Console.Error.WriteLine($"{number} {request.Api} scope={request.Scope} model={request.Model} key={request.Key} tools={request.Tools.Count} turn={request.Turn}: {reply}");
    if (folder is not null)
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(folder).FullName, $"{number:d4}-{request.Api}.json"), request.Body.ToJsonString());
    return reply;
}
