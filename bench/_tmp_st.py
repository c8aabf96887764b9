import logging
import time
from contextlib import ExitStack

from sqlalchemy import select, text

from bench import databases
from bench.__main__ import with_one_server
from bench.holding import holds
from market.base import clock
from market.base.audit import Actor
from market.base.db import db, reading, transaction
from market.catalog.models import Product
from market.trace.actions import LotDetails, LotRef, NewLot, open_lot
from market.trace.cli import _printed
from market.trace.models import Lot

with ExitStack() as stack:
    logging.disable(logging.CRITICAL)
    with_one_server(stack)
    for database, app in databases.markets(100, ("PostgreSQL",)):
        with app.app_context():
            if db.engine.dialect.name == "postgresql":
                with transaction() as w:
                    w.execute(text("SELECT setval(pg_get_serial_sequence('stamp','id'),1)"))
            p = reading().scalars(select(Product).limit(1)).one()
            with transaction() as w:
                open_lot(
                    w,
                    Actor(),
                    p.stall_id,
                    NewLot(
                        product_id=p.id,
                        details=LotDetails(plot="a", pack_amount=1000, pack_unit="kg", yield_permille=1000),
                    ),
                    clock=clock.now,
                )
            lot = reading().scalars(select(Lot)).first()
            for n in (2000, 20000):
                import threading

                stop = []
                seen = []

                def sample():
                    import psycopg

                    u = app.config["CHOSO"].database_url.replace("postgresql+psycopg", "postgresql")
                    with psycopg.connect(u, autocommit=True) as c:
                        while not stop:
                            t1 = time.perf_counter()
                            rows = c.execute(
                                "select pid,state,wait_event_type,wait_event,left(query,60),backend_type from pg_stat_activity where pid<>pg_backend_pid() and state is distinct from 'idle' and backend_type in ('client backend','autovacuum worker','checkpointer','walwriter')"
                            ).fetchall()
                            seen.append((t1, time.perf_counter() - t1, rows))
                            time.sleep(0.03)

                th = threading.Thread(target=sample)
                th.start()
                time.sleep(0.3)
                with holds() as h:
                    c = time.process_time()
                    t = time.perf_counter()
                    _printed(LotRef(stall_id=lot.stall_id, lot_id=lot.id), n)
                    print(
                        database,
                        n,
                        "wall",
                        round(time.perf_counter() - t, 2),
                        "cpu",
                        round(time.process_time() - c, 2),
                        "max",
                        max(x.seconds for x in h),
                        "last",
                        h[-1],
                        len(h),
                    )
                stop.append(1)
                th.join()
                for i, x in enumerate(h):
                    if x.seconds > 0.3:
                        print(i, x, x.ended)
                    if x.seconds > 0.3:
                        for t1, d, rows in seen:
                            if x.ended - x.seconds - 0.1 < t1 < x.ended:
                                print("  ", round(t1 - x.ended, 2), round(d, 3), rows)
