// A coding agent that does what a script says, so that tests can have good, bad and dying agents at will.
//
//   fake-agent 'STEP' ['STEP'…]     each argument one step
//   fake-agent @FILE                one step a line; empty lines and lines with # are skipped
//
// See Steps.cs for the steps. It exits with 0 after the last one, with 64 at a step it does not know.
using FakeAgent;

var lines = args is [['@', .. var file]] ? File.ReadAllLines(file) : args;
foreach (var line in lines.Where(line => line.Trim() is not ("" or ['#', ..])))
    Steps.Run(line.Trim());
return 0;
