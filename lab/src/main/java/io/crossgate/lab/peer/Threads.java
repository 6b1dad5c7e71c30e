package io.crossgate.lab.peer;

/** Threads that don't keep the process alive. */
final class Threads {
    private Threads() {}

    static Thread start(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
